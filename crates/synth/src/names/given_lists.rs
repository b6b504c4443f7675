//! Common given names as data, the commonest first.
//!
//! That a name is common among people of a time and a background is a fact that anyone can
//! observe; the choice and the order are ours, follow no published table, and are good for
//! nothing but making names up.

/// Men, British and Irish, by era of birth (see [`super::ERAS`]).
pub(super) const MEN: [&[&str]; 6] = [
    &[
        "William", "John", "George", "Thomas", "James", "Arthur", "Frederick", "Albert", "Charles", "Robert", "Joseph",
        "Ernest", "Alfred", "Henry", "Harold", "Walter", "Harry", "Edward", "Leslie", "Frank", "Stanley", "Reginald",
        "Herbert", "Sidney", "Richard", "Francis", "Percy", "Samuel", "Cyril", "Norman", "Eric", "Leonard", "Ronald",
        "Dennis", "Jack", "Victor", "Bernard", "Donald", "Kenneth", "Wilfred", "Horace", "Cecil", "Clifford", "Gordon",
        "Edwin", "Gilbert", "Douglas", "Ralph", "Hubert", "Bertram", "Archibald", "Clarence", "Maurice", "Rupert",
        "Lionel", "Hugh", "Geoffrey", "Raymond", "Laurence", "Edgar", "Fred", "Cuthbert", "Augustus", "Wallace",
    ],
    &[
        "John", "Peter", "David", "Michael", "Brian", "William", "Alan", "Anthony", "Derek", "James", "Robert",
        "Ronald", "Kenneth", "Roy", "Raymond", "Keith", "Dennis", "George", "Thomas", "Barry", "Terence", "Colin",
        "Gordon", "Geoffrey", "Richard", "Roger", "Malcolm", "Trevor", "Eric", "Norman", "Donald", "Graham", "Patrick",
        "Ronnie", "Frank", "Harry", "Gerald", "Leonard", "Douglas", "Bernard", "Victor", "Charles", "Christopher",
        "Edward", "Ivor", "Maurice", "Stanley", "Desmond", "Clive", "Neville", "Rodney", "Frederick", "Arthur",
        "Joseph", "Stuart", "Clifford", "Ernest", "Francis", "Ralph", "Hugh", "Dudley", "Cyril", "Laurence", "Philip",
    ],
    &[
        "David", "Stephen", "Paul", "Michael", "Andrew", "Peter", "John", "Mark", "Robert", "Ian", "Kevin", "Anthony",
        "Alan", "Christopher", "Philip", "Richard", "Graham", "Martin", "Keith", "Gary", "Colin", "Nigel", "Simon",
        "Neil", "William", "James", "Timothy", "Brian", "Jonathan", "Barry", "Trevor", "Geoffrey", "Malcolm",
        "Nicholas", "Adrian", "Raymond", "Roger", "Clive", "Steven", "Jeremy", "Terence", "Derek", "Patrick", "Howard",
        "Russell", "Julian", "Duncan", "Stuart", "Gerard", "Glyn", "Gareth", "Guy", "Hugh", "Leslie", "Charles",
        "Francis", "Dominic", "Douglas", "Eamonn", "Gordon", "Leigh", "Norman", "Vincent", "Thomas",
    ],
    &[
        "Paul", "Mark", "David", "Andrew", "Richard", "Christopher", "James", "Simon", "Michael", "Matthew", "Stephen",
        "Lee", "John", "Robert", "Darren", "Daniel", "Steven", "Jason", "Nicholas", "Jonathan", "Ian", "Neil", "Peter",
        "Stuart", "Anthony", "Martin", "Kevin", "Craig", "Philip", "Gary", "Scott", "Wayne", "Timothy", "Benjamin",
        "Adam", "Alan", "Dean", "Adrian", "Carl", "Thomas", "William", "Gavin", "Justin", "Barry", "Ross", "Shaun",
        "Russell", "Ryan", "Gareth", "Marcus", "Damien", "Jeremy", "Edward", "Nathan", "Julian", "Alexander", "Duncan",
        "Keith", "Karl", "Sean", "Toby", "Dominic", "Robin", "Oliver",
    ],
    &[
        "Daniel", "James", "Thomas", "Christopher", "Matthew", "Michael", "Joshua", "Jack", "Adam", "Ryan", "Luke",
        "Jordan", "Joseph", "Samuel", "Benjamin", "Alexander", "David", "Liam", "Andrew", "Robert", "Ashley", "Lewis",
        "Connor", "Nathan", "Callum", "Jamie", "William", "Kieran", "Aaron", "Jake", "Oliver", "Richard", "Jonathan",
        "Sam", "John", "Nicholas", "Bradley", "Stephen", "Scott", "Dean", "Paul", "Craig", "Kyle", "George", "Charles",
        "Harry", "Anthony", "Dominic", "Edward", "Sean", "Rhys", "Ross", "Gareth", "Marcus", "Henry", "Max", "Patrick",
        "Toby", "Elliot", "Alistair", "Zachary", "Reece", "Dylan", "Stuart",
    ],
    &[
        "Jack", "Oliver", "Harry", "Thomas", "Joshua", "George", "William", "James", "Charlie", "Samuel", "Daniel",
        "Jacob", "Alfie", "Joseph", "Noah", "Leo", "Oscar", "Archie", "Henry", "Ethan", "Max", "Isaac", "Lucas",
        "Freddie", "Theo", "Logan", "Benjamin", "Dylan", "Edward", "Luke", "Adam", "Alexander", "Matthew", "Arthur",
        "Callum", "Ryan", "Jake", "Finley", "Toby", "Harrison", "Lewis", "Mason", "Tyler", "Nathan", "Sebastian",
        "Reuben", "Louis", "Jude", "Connor", "Riley", "Zachary", "Stanley", "Elliot", "Bobby", "Rory", "Frankie",
        "Hugo", "Kai", "Ronnie", "Jenson", "Teddy", "Albert", "Tommy", "Luca",
    ],
];

/// Women, British and Irish, by era of birth.
pub(super) const WOMEN: [&[&str]; 6] = [
    &[
        "Mary", "Florence", "Doris", "Margaret", "Edith", "Elsie", "Dorothy", "Annie", "Alice", "Ethel", "Gladys",
        "Lilian", "Elizabeth", "Winifred", "Hilda", "Ellen", "Kathleen", "Ivy", "Violet", "Nellie", "Phyllis", "Vera",
        "Marjorie", "Emily", "Eileen", "Irene", "Joan", "Evelyn", "Ada", "Olive", "Freda", "Agnes", "Nora", "Muriel",
        "Gertrude", "Sarah", "May", "Mabel", "Beatrice", "Jessie", "Rose", "Constance", "Bertha", "Minnie", "Jane",
        "Frances", "Catherine", "Hannah", "Amy", "Grace", "Daisy", "Barbara", "Sylvia", "Betty", "Joyce", "Maud",
        "Clara", "Eva", "Norah", "Lucy", "Audrey", "Millicent", "Winnie", "Enid",
    ],
    &[
        "Margaret", "Jean", "Mary", "Joan", "Patricia", "Sheila", "Barbara", "Doreen", "June", "Shirley", "Dorothy",
        "Joyce", "Maureen", "Elizabeth", "Audrey", "Brenda", "Kathleen", "Sylvia", "Eileen", "Pamela", "Betty",
        "Beryl", "Ann", "Irene", "Marjorie", "Ruth", "Jacqueline", "Janet", "Christine", "Marion", "Norma", "Rita",
        "Josephine", "Valerie", "Sandra", "Carol", "Susan", "Judith", "Eunice", "Helen", "Hazel", "Rosemary",
        "Gillian", "Jennifer", "Wendy", "Anne", "Thelma", "Edna", "Muriel", "Iris", "Veronica", "Monica", "Olive",
        "Daphne", "Yvonne", "Vivien", "Bridget", "Moira", "Freda", "Marlene", "Elaine", "Dilys", "Rosalind", "Mavis",
    ],
    &[
        "Susan", "Linda", "Christine", "Margaret", "Janet", "Patricia", "Carol", "Elizabeth", "Mary", "Anne",
        "Jennifer", "Julie", "Karen", "Jacqueline", "Gillian", "Deborah", "Helen", "Sandra", "Alison", "Jane",
        "Sheila", "Pauline", "Angela", "Sharon", "Lesley", "Diane", "Hilary", "Barbara", "Valerie", "Wendy", "Judith",
        "Kathleen", "Lynn", "Catherine", "Ann", "Maureen", "Marion", "Elaine", "Beverley", "Sally", "Frances", "Jean",
        "Sarah", "Denise", "Tracey", "Lorraine", "Theresa", "Yvonne", "Heather", "Dawn", "Fiona", "Caroline", "Carole",
        "Mandy", "Annette", "Rosemary", "Amanda", "Bridget", "Maxine", "Gail", "Penelope", "Sian", "Lynne",
        "Bernadette",
    ],
    &[
        "Sarah", "Claire", "Nicola", "Emma", "Lisa", "Joanne", "Michelle", "Helen", "Samantha", "Karen", "Victoria",
        "Rachel", "Louise", "Julie", "Clare", "Rebecca", "Sharon", "Amanda", "Alison", "Tracey", "Jacqueline",
        "Angela", "Catherine", "Kelly", "Deborah", "Donna", "Kerry", "Lorraine", "Paula", "Tracy", "Caroline", "Susan",
        "Zoe", "Jane", "Katherine", "Melanie", "Andrea", "Elizabeth", "Tina", "Lindsey", "Hayley", "Jennifer", "Dawn",
        "Charlotte", "Natalie", "Leanne", "Vanessa", "Katie", "Anna", "Heather", "Tanya", "Fiona", "Gemma", "Marie",
        "Sally", "Wendy", "Maria", "Anne", "Teresa", "Beverley", "Naomi", "Siobhan", "Joanna", "Ruth",
    ],
    &[
        "Jessica", "Laura", "Rebecca", "Gemma", "Emma", "Sarah", "Charlotte", "Amy", "Lauren", "Emily", "Rachel",
        "Hannah", "Sophie", "Stephanie", "Katie", "Jennifer", "Samantha", "Chloe", "Natalie", "Danielle", "Victoria",
        "Kirsty", "Megan", "Georgina", "Lucy", "Abigail", "Bethany", "Jade", "Alice", "Holly", "Olivia", "Eleanor",
        "Kelly", "Elizabeth", "Zoe", "Lisa", "Amber", "Kayleigh", "Leanne", "Louise", "Naomi", "Anna", "Molly",
        "Georgia", "Hayley", "Shannon", "Nicole", "Harriet", "Catherine", "Alexandra", "Claire", "Michelle", "Paige",
        "Jodie", "Sian", "Rosie", "Melissa", "Francesca", "Kerry", "Kimberley", "Nicola", "Leah", "Helen", "Kate",
    ],
    &[
        "Olivia", "Emily", "Jessica", "Sophie", "Amelia", "Ruby", "Grace", "Chloe", "Ella", "Lily", "Isla", "Mia",
        "Ava", "Isabella", "Poppy", "Charlotte", "Evie", "Lucy", "Freya", "Daisy", "Megan", "Holly", "Sophia", "Alice",
        "Phoebe", "Millie", "Ellie", "Hannah", "Florence", "Sienna", "Erin", "Abigail", "Molly", "Isabelle", "Rosie",
        "Matilda", "Eva", "Elsie", "Layla", "Amber", "Imogen", "Maisie", "Scarlett", "Jasmine", "Zara", "Lola",
        "Eleanor", "Ivy", "Harriet", "Georgia", "Summer", "Lexi", "Emma", "Willow", "Anna", "Elizabeth", "Thea",
        "Bethany", "Martha", "Darcey", "Harper", "Amy", "Violet", "Penelope",
    ],
];

/// Middle names of women that are common in every era.
pub(super) const MIDDLE_WOMEN: &[&str] = &[
    "Ann", "Elizabeth", "Louise", "Jane", "Mary", "Marie", "Rose", "Margaret", "Grace", "May", "Anne", "Catherine",
    "Jean", "Victoria", "Lucy", "Claire", "Frances", "Helen", "Charlotte", "Kate", "Patricia", "Joy", "Hope", "Lynn",
    "Amelia", "Alexandra", "Dorothy", "Susan", "Faith", "Eve",
];

/// Middle names of men that are common in every era.
pub(super) const MIDDLE_MEN: &[&str] = &[
    "James", "John", "William", "David", "Robert", "Michael", "Thomas", "Peter", "George", "Edward", "Charles", "Alan",
    "Paul", "Anthony", "Joseph", "Henry", "Andrew", "Richard", "Lee", "Alexander", "Stephen", "Arthur", "Christopher",
    "Patrick", "Frederick", "Daniel", "Philip", "Ian", "Francis", "Mark",
];

pub(super) const EUROPEAN_MEN: &[&str] = &[
    "Piotr", "Krzysztof", "Andrzej", "Marek", "Tomasz", "Marcin", "Pawel", "Michal", "Adam", "Jan", "Andrei",
    "Alexandru", "Ion", "Mihai", "Cristian", "Marius", "Florin", "Giuseppe", "Marco", "Antonio", "Luca", "Giovanni",
    "Jose", "Carlos", "Manuel", "Joao", "Miguel", "Pedro", "Javier", "Jean", "Pierre", "Nicolas", "Thomas", "Stefan",
    "Peter", "Hans", "Jakub", "Mateusz", "Kamil", "Dawid", "Filip", "Kacper", "Szymon", "Lukasz", "Grzegorz", "Rafal",
    "Dariusz", "Zbigniew", "Ivan", "Dimitar", "Georgi", "Nikolay", "Vasile", "Gheorghe", "Constantin", "Laszlo",
    "Zoltan", "Gabor", "Istvan", "Viktor", "Jonas", "Mantas", "Darius", "Janis", "Andris", "Nikos", "Georgios",
    "Andreas", "Kostas", "Mehmet", "Mustafa", "Emre",
];

pub(super) const EUROPEAN_WOMEN: &[&str] = &[
    "Anna", "Maria", "Katarzyna", "Malgorzata", "Agnieszka", "Barbara", "Ewa", "Magdalena", "Monika", "Joanna",
    "Elena", "Ioana", "Andreea", "Mihaela", "Cristina", "Alina", "Giulia", "Francesca", "Chiara", "Paola", "Carmen",
    "Ana", "Lucia", "Isabel", "Ines", "Sofia", "Marta", "Claire", "Camille", "Sophie", "Petra", "Ursula", "Zuzanna",
    "Julia", "Maja", "Zofia", "Natalia", "Aleksandra", "Karolina", "Justyna", "Beata", "Dorota", "Renata", "Iwona",
    "Desislava", "Ivana", "Gergana", "Daniela", "Gabriela", "Simona", "Eszter", "Katalin", "Ilona", "Zsuzsanna",
    "Viktorija", "Ruta", "Egle", "Ilze", "Liga", "Eleni", "Georgia", "Katerina", "Fatma", "Ayse", "Elif", "Veronika",
    "Tatiana", "Olga", "Svetlana", "Nadia",
];

pub(super) const MUSLIM_MEN: &[&str] = &[
    "Mohammed", "Muhammad", "Mohammad", "Ahmed", "Ali", "Abdul", "Hassan", "Hussain", "Imran", "Omar", "Usman",
    "Bilal", "Hamza", "Ibrahim", "Yusuf", "Adam", "Asif", "Tariq", "Khalid", "Rashid", "Zahid", "Nadeem", "Shahid",
    "Amir", "Faisal", "Kamran", "Adnan", "Aamir", "Shabir", "Rizwan", "Waqas", "Zain", "Haris", "Ismail", "Yahya",
    "Musa", "Mahmood", "Iqbal", "Javed", "Saeed", "Tahir", "Arif", "Sajid", "Naveed", "Farhan", "Shafiq", "Jamal",
    "Kabir", "Rafiq", "Shah", "Syed", "Abdullah", "Abdur", "Mustafa", "Karim", "Salim", "Anwar", "Nasir", "Munir",
    "Mizanur", "Shamim", "Habib", "Mahbub", "Ayaan", "Rayyan", "Eesa", "Haroon", "Idris", "Zakariya", "Suleman",
];

pub(super) const MUSLIM_WOMEN: &[&str] = &[
    "Fatima", "Aisha", "Maryam", "Khadija", "Zainab", "Amina", "Ayesha", "Nasreen", "Shazia", "Saima", "Sadia",
    "Rukhsana", "Shaheen", "Parveen", "Nazia", "Samina", "Farah", "Sara", "Hafsa", "Safa", "Zara", "Iqra", "Aaliyah",
    "Noor", "Hana", "Sumaiya", "Yasmin", "Nadia", "Rabia", "Bushra", "Tahira", "Razia", "Shabana", "Naseem", "Zahra",
    "Kulsum", "Rashida", "Salma", "Shirin", "Nargis", "Rehana", "Hasina", "Sultana", "Rina", "Shahnaz", "Tasneem",
    "Uzma", "Humaira", "Kiran", "Mehwish", "Anisa", "Inaya", "Ayra", "Hoorain", "Asma", "Layla", "Mariam", "Ruqayyah",
    "Sana", "Samira", "Halima", "Jamila", "Farzana", "Nusrat", "Shamima", "Momtaz", "Lubna", "Robina", "Sidra",
    "Mahnoor",
];

pub(super) const INDIAN_MEN: &[&str] = &[
    "Rajesh", "Sanjay", "Amit", "Rahul", "Vijay", "Suresh", "Ramesh", "Anil", "Ashok", "Mukesh", "Dinesh", "Harpreet",
    "Gurpreet", "Manjit", "Baljit", "Jaswinder", "Sukhdev", "Amarjit", "Balbir", "Mohan", "Kiran", "Nikhil", "Rohan",
    "Arjun", "Aryan", "Dev", "Krishna", "Vikram", "Ravi", "Sunil", "Prakash", "Bharat", "Kishor", "Jayesh", "Hitesh",
    "Nilesh", "Paresh", "Mahesh", "Naresh", "Pravin", "Deepak", "Manish", "Ajay", "Vishal", "Karan", "Simran",
    "Jagdeep", "Ranjit", "Surinder", "Kuldip", "Mandeep", "Tejinder", "Parminder", "Kumar", "Siva", "Ganesh",
    "Senthil", "Karthik", "Varun", "Ishaan", "Aarav", "Vivaan", "Jai", "Shaan", "Neel", "Samir", "Thomas", "Joseph",
];

pub(super) const INDIAN_WOMEN: &[&str] = &[
    "Priya", "Anita", "Sunita", "Meena", "Kavita", "Rekha", "Sita", "Gita", "Usha", "Asha", "Pushpa", "Manjit",
    "Harpreet", "Jasvir", "Surinder", "Kulwinder", "Paramjit", "Baljinder", "Gurpreet", "Simran", "Jasmine", "Anjali",
    "Pooja", "Neha", "Nisha", "Hetal", "Bhavna", "Jyoti", "Kalpana", "Lata", "Nirmala", "Savita", "Shanti", "Kamla",
    "Hansa", "Jaya", "Mala", "Radha", "Sarita", "Smita", "Tejal", "Urvashi", "Vandana", "Dipti", "Aarti", "Reena",
    "Seema", "Sangita", "Ritu", "Divya", "Shreya", "Ananya", "Isha", "Diya", "Maya", "Kiran", "Amrit", "Rajinder",
    "Satwinder", "Sukhwinder", "Lakshmi", "Saraswathi", "Deepa", "Bindu", "Mariam", "Aanya", "Riya", "Saanvi",
];

pub(super) const AFRICAN_MEN: &[&str] = &[
    "Emmanuel", "Samuel", "Daniel", "David", "Kwame", "Kofi", "Kwabena", "Yaw", "Chinedu", "Emeka", "Obinna",
    "Ifeanyi", "Oluwaseun", "Babatunde", "Adebayo", "Ayodele", "Tunde", "Segun", "Femi", "Michael", "Joseph", "Joshua",
    "Isaac", "Abraham", "Moses", "Solomon", "Abdi", "Mohamed", "Ahmed", "Yusuf", "Hassan", "Farah", "Tendai",
    "Tafadzwa", "Tinashe", "Farai", "Blessing", "Prince", "Godfrey", "Patrick", "Peter", "Paul", "John", "James",
    "Chukwuma", "Uche", "Nnamdi", "Kelechi", "Ebenezer", "Nathaniel", "Jean", "Pascal", "Amadou", "Mamadou",
    "Ibrahima", "Ousmane", "Lamin", "Ebrima", "Tesfaye", "Dawit", "Yonas", "Haile", "Jomo", "Kamau", "Otieno", "Sipho",
    "Thabo", "Themba",
];

pub(super) const AFRICAN_WOMEN: &[&str] = &[
    "Grace", "Mary", "Esther", "Blessing", "Comfort", "Patience", "Joy", "Mercy", "Abena", "Akosua", "Ama", "Efua",
    "Adaeze", "Chioma", "Ngozi", "Nneka", "Ifeoma", "Oluchi", "Folasade", "Titilayo", "Yetunde", "Bukola", "Funmilayo",
    "Amina", "Fatou", "Aminata", "Mariama", "Hawa", "Khadija", "Fadumo", "Hodan", "Asha", "Sahra", "Rudo", "Tatenda",
    "Chipo", "Nyasha", "Rutendo", "Precious", "Beauty", "Faith", "Hope", "Charity", "Ruth", "Sarah", "Rebecca",
    "Deborah", "Elizabeth", "Victoria", "Josephine", "Agnes", "Gloria", "Beatrice", "Juliet", "Stella", "Florence",
    "Selam", "Tigist", "Helen", "Wanjiru", "Akinyi", "Njeri", "Zanele", "Thandi", "Nomsa", "Adjoa", "Ewurama",
    "Oluwadamilola",
];

pub(super) const CHINESE_MEN: &[&str] = &[
    "Wei", "Ming", "Jun", "Jian", "Hao", "Lei", "Feng", "Bo", "Tao", "Chao", "Kai", "Yong", "Hui", "Jie", "Peng",
    "Xin", "Yi", "Zhen", "Chi", "Ho", "Wing", "Kin", "Kwok", "Man", "Siu", "Tak", "Wai", "Yat", "Kam", "Hin", "Lok",
    "Daniel", "Jason", "Kevin", "Eric", "Andrew", "Kenneth", "Raymond", "Alan", "Tony", "Henry", "Victor", "Zihan",
    "Yuchen", "Haoran", "Zhiwei", "Guoqiang", "Jianhua", "Wenjie", "Minh", "Tuan", "Hung",
];

pub(super) const CHINESE_WOMEN: &[&str] = &[
    "Ying", "Li", "Mei", "Xiu", "Yan", "Jing", "Hong", "Fang", "Na", "Min", "Xia", "Ling", "Hui", "Juan", "Ping", "Yu",
    "Qing", "Lan", "Siu", "Wai", "Yuk", "Mei-Ling", "Ka-Yan", "Wing", "Suk", "Lai", "Pui", "Kit", "Man", "Hoi",
    "Grace", "Amy", "Jenny", "Vivian", "Cindy", "Angela", "Winnie", "Fiona", "Yuhan", "Zixuan", "Xinyi", "Jiayi",
    "Yutong", "Xiaoling", "Lihua", "Guiying", "Meihua", "Thuy", "Lan-Anh", "Linh", "Huong", "Christine",
];
